// SPDX-License-Identifier: Apache-2.0
// The limit: what each work takes as a plain loop over memcpy, memcmp or memset, of what callers may rely on and
// nothing else. It rejects nothing. In a file of its own, so that the compiler does not see what it is called with.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <span>

namespace bench {

struct Plain {
  using View = std::span<iovec>;
  struct Record {
    std::span<iovec> vector;
    iovec* trimmed = nullptr;
    iovec saved = {};
  };

  static View view(std::span<iovec> v) { return v; }
  static std::size_t size(View v);
  static std::size_t to_buf(View v, std::size_t offset, void* data, std::size_t bytes);
  static std::size_t from_buf(View v, std::size_t offset, const void* data, std::size_t bytes);
  static std::size_t fill(View v, std::size_t offset, unsigned char value, std::size_t bytes);
  static std::size_t copy(std::span<iovec> room, View v, std::size_t offset, std::size_t bytes);
  static std::size_t slice_count(View v, std::size_t offset, std::size_t bytes);
  static bool is_zero(View v, std::size_t offset, std::size_t bytes);
  static std::size_t first_difference(View a, View b);  ///< Of the same segmentation.
  static std::size_t discard_front(View& v, std::size_t bytes, Record* record);
  static std::size_t discard_back(View& v, std::size_t bytes, Record* record);
  static void undo(View& v, const Record& record);
  static std::size_t send(int fd, View v, std::size_t offset, std::size_t bytes);  ///< Of up to 64 elements.
  static std::size_t recv(int fd, View v, std::size_t offset, std::size_t bytes);

  class Owned {
   public:
    explicit Owned(std::size_t room);
    Owned(View v, std::size_t offset, std::size_t bytes);
    Owned(const iovec& head, View v, std::size_t offset, std::size_t bytes, const iovec& tail);
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned();

    std::span<const iovec> elements() const { return {array_, count_}; }
    void reset() { count_ = 0; }
    void add(void* base, std::size_t length);
    std::size_t concat(View v, std::size_t offset, std::size_t bytes);
    void clone(View v, void* buffer, std::size_t bytes);

   private:
    void make_room(std::size_t count);

    iovec local_ = {};
    iovec* array_ = &local_;
    std::size_t count_ = 0;
    std::size_t room_ = 1;
  };
};

}  // namespace bench
