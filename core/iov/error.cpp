// SPDX-License-Identifier: Apache-2.0
#include "iov/error.h"

#include <new>
#include <stdexcept>
#include <string>

namespace iov {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "iov"; }

  std::string message(int value) const override {
    switch (static_cast<Error>(value)) {
      case Error::out_of_range:
        return "the offset or range lies outside the vector";
      case Error::length_overflow:
        return "the sum of the lengths exceeds SIZE_MAX";
      case Error::too_many_elements:
        return "more elements than the limit";
      case Error::invalid_argument:
        return "an argument that is needed is absent";
      case Error::too_many_bytes:
        return "more than SSIZE_MAX bytes";
    }
    return "unknown error";
  }

  std::error_condition default_error_condition(int value) const noexcept override {
    switch (static_cast<Error>(value)) {
      case Error::out_of_range:
      case Error::invalid_argument:
        return std::errc::invalid_argument;
      case Error::length_overflow:
      case Error::too_many_bytes:
        return std::errc::value_too_large;
      case Error::too_many_elements:
        return std::errc::argument_list_too_long;
    }
    return {value, *this};
  }
};

// There from the start to the very end: constructors and destructors of static objects may ask for it.
union Lasting {
  ~Lasting() {}  // NOLINT(modernize-use-equals-default): leaves it there; a defaulted one would be deleted
  Category category{};
};
constinit const Lasting kLasting;

}  // namespace

const std::error_category& error_category() noexcept { return kLasting.category; }

namespace detail {

std::error_code make_error_code(Reason reason) noexcept {
  if (reason == Reason::not_enough_memory) return std::make_error_code(std::errc::not_enough_memory);
  return static_cast<Error>(reason);
}

#if IOV_HAS_EXCEPTIONS
void throw_error(const std::error_code& code, std::string_view operation, std::initializer_list<NamedNumber> numbers) {
  if (code == std::errc::not_enough_memory) throw std::bad_alloc();
  std::string message = "iov::";
  message.append(operation).append(": ").append(code.message()).append(" (");
  const char* separator = "";
  for (const NamedNumber& number : numbers) {
    if (number.name == nullptr) break;
    message.append(separator).append(number.name).append(" ").append(std::to_string(number.value));
    separator = ", ";
  }
  message += ')';
  if (code.category() != error_category()) throw std::system_error(code, message);
  if (code == Error::length_overflow || code == Error::too_many_elements || code == Error::too_many_bytes)
    throw std::length_error(message);
  if (code == Error::invalid_argument) throw std::invalid_argument(message);
  throw std::out_of_range(message);
}
#endif

}  // namespace detail

}  // namespace iov
