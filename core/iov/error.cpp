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
    }
    return "unknown error";
  }

  std::error_condition default_error_condition(int value) const noexcept override {
    switch (static_cast<Error>(value)) {
      case Error::out_of_range:
        return std::errc::invalid_argument;
      case Error::length_overflow:
        return std::errc::value_too_large;
    }
    return {value, *this};
  }
};

}  // namespace

const std::error_category& error_category() noexcept {
  static const Category category;
  return category;
}

#if IOV_HAS_EXCEPTIONS
namespace detail {

void throw_error(const std::error_code& code, std::string_view operation, std::initializer_list<NamedNumber> numbers) {
  if (code == std::errc::not_enough_memory) throw std::bad_alloc();
  std::string message = "iov::";
  message.append(operation).append(": ").append(code.message()).append(" (");
  const char* separator = "";
  for (const NamedNumber& number : numbers) {
    message.append(separator).append(number.name).append(" ").append(std::to_string(number.value));
    separator = ", ";
  }
  message += ')';
  if (code == Error::length_overflow) throw std::length_error(message);
  throw std::out_of_range(message);
}

}  // namespace detail
#endif

}  // namespace iov
