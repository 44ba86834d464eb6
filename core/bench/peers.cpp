// SPDX-License-Identifier: Apache-2.0
// Other libraries, through their public headers, where they are installed. They do what they have: Boost.Asio moves and
// counts; libevent and Cord, which keep their own pieces, only count and move out. Cord joins pieces of up to some 500
// bytes when they are appended, which is not timed.
#include <algorithm>
#include <cstring>

#include "works.h"

#if IOV_BENCH_HAS_ASIO
#include <boost/asio/buffer.hpp>
#endif
#if IOV_BENCH_HAS_LIBEVENT
#include <event2/buffer.h>
#endif
#if IOV_BENCH_HAS_CORD
#include <absl/strings/cord.h>
#endif

namespace bench {
namespace {

/// They have no vector of elements that grows.
struct NoVector {
  explicit NoVector(std::size_t /*room*/) {}
};

#if IOV_BENCH_HAS_ASIO
struct Asio {
  using View = std::vector<boost::asio::mutable_buffer>;
  using Owned = NoVector;

  static View view(std::span<iovec> v) {
    View view;
    for (const iovec& element : v) view.emplace_back(element.iov_base, element.iov_len);
    return view;
  }
  static std::size_t size(View& v) { return boost::asio::buffer_size(v); }
  static std::size_t to_buf(View& v, std::size_t /*offset*/, void* data, std::size_t bytes) {
    return boost::asio::buffer_copy(boost::asio::buffer(data, bytes), v);
  }
  static std::size_t from_buf(View& v, std::size_t /*offset*/, const void* data, std::size_t bytes) {
    return boost::asio::buffer_copy(v, boost::asio::buffer(data, bytes));
  }
};
#endif

#if IOV_BENCH_HAS_LIBEVENT
struct Libevent {
  using View = std::unique_ptr<evbuffer, void (*)(evbuffer*)>;
  using Owned = NoVector;

  static View view(std::span<iovec> v) {
    View view(evbuffer_new(), evbuffer_free);
    for (const iovec& element : v)
      evbuffer_add_reference(view.get(), element.iov_base, element.iov_len, nullptr, nullptr);
    return view;
  }
  static std::size_t size(View& v) { return evbuffer_get_length(v.get()); }
  static std::size_t to_buf(View& v, std::size_t /*offset*/, void* data, std::size_t bytes) {
    return static_cast<std::size_t>(evbuffer_copyout(v.get(), data, bytes));
  }
};
#endif

#if IOV_BENCH_HAS_CORD
struct Cord {
  using View = absl::Cord;
  using Owned = NoVector;

  static View view(std::span<iovec> v) {
    View view;
    for (const iovec& element : v)
      view.Append(absl::MakeCordFromExternal({static_cast<const char*>(element.iov_base), element.iov_len}, [] {}));
    return view;
  }
  static std::size_t size(View& v) { return v.size(); }
  static std::size_t to_buf(View& v, std::size_t /*offset*/, void* data, std::size_t bytes) {
    auto* to = static_cast<char*>(data);
    std::size_t left = bytes;
    for (const absl::string_view chunk : v.Chunks()) {
      const std::size_t length = std::min(chunk.size(), left);
      std::memcpy(to, chunk.data(), length);
      to += length;
      left -= length;
      if (left == 0) break;
    }
    return bytes - left;
  }
};
#endif

template <typename Api>
[[maybe_unused]] void add_reader(std::vector<Interface>& to, const char* name) {
  List<Api> list;
  list_reading(list);
  if constexpr (requires { &Api::from_buf; }) list_writing(list);
  to.push_back({name, list.take()});
}

}  // namespace

std::vector<Interface> peers() {
  std::vector<Interface> found;
#if IOV_BENCH_HAS_ASIO
  add_reader<Asio>(found, "Asio");
#endif
#if IOV_BENCH_HAS_LIBEVENT
  add_reader<Libevent>(found, "libevent");
#endif
#if IOV_BENCH_HAS_CORD
  add_reader<Cord>(found, "Cord");
#endif
  return found;
}

}  // namespace bench
