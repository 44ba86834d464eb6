// SPDX-License-Identifier: Apache-2.0
// The works. Those of list_reading and list_writing start at position 0, so that other libraries can do them as well.
#pragma once

#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "work.h"

namespace bench {

using Lengths = std::vector<std::size_t>;
inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kHeader = 12;  // of virtio-net
/// What a call that cannot know how much there will be may ask for: 128 elements in an array that at least doubles.
inline constexpr std::size_t kDoublings = 8;
inline constexpr std::size_t kDoublingsOfSeries = 21;  // of a million

/// A frame of 1,514 bytes behind its header, in the pieces of a small packet buffer.
inline const Lengths kFrame = {kHeader, 514, 1000};
/// The header of a block request, some data, and a status byte behind more data.
inline const Lengths kBlockRequest = {16 + 512, 4096, 4096, 4096, 4096, 4096, 4096, 4096, 4096, 512 + 1};

template <typename Api>
void list_reading(List<Api>& list) {
  const auto size = [](auto& on) { return Api::size(on.v); };
  list.add("size of 18", pieces(18, 64), size);
  list.add("size of 1,024", pieces(1024, 64), size);
  list.grow("size/n", n_pieces, size);
  const auto to_buf = [](auto& on) { return Api::to_buf(on.v, 0, on.buffer(), on.bytes()); };
  list.add("to_buf of 256 x 64 B", pieces(256, 64), to_buf);
  list.add("to_buf of 256 x 16 B", pieces(256, 16), to_buf);
  list.add("to_buf of 2 x 12 B", pieces(2, 12), to_buf);
  list.add("to_buf of 16 x 4 KiB", pieces(16, 4 * kKiB), to_buf);
  list.grow("to_buf/n", n_pieces, to_buf);
  const auto header_to_buf = [](auto& on) { return Api::to_buf(on.v, 0, on.buffer(), kHeader); };
  list.add("to_buf of a constant 12 B", pieces(18, 64), header_to_buf);
  list.grow("to_buf of the first 12 B/1", n_pieces, header_to_buf);
}

template <typename Api>
void list_writing(List<Api>& list) {
  const auto from_buf = [](auto& on) { return Api::from_buf(on.v, 0, on.buffer(), on.bytes()); };
  list.add("from_buf of 256 x 64 B", pieces(256, 64), from_buf);
  list.add("from_buf of 256 x 16 B", pieces(256, 16), from_buf);
  list.add("from_buf of 2 x 12 B", pieces(2, 12), from_buf);
  list.add("from_buf of 16 x 4 KiB", pieces(16, 4 * kKiB), from_buf);
  list.grow("from_buf/n", n_pieces, from_buf);
  list.add("from_buf of a constant 12 B", pieces(18, 64),
           [](auto& on) { return Api::from_buf(on.v, 0, on.buffer(), kHeader); });
}

template <typename Api>
void list_moving_inside(List<Api>& list) {
  list.add("to_buf of 64 B inside 1,024 x 4 KiB", pieces(1024, 4 * kKiB),
           [](auto& on) { return Api::to_buf(on.v, on.next_offset(), on.buffer(), on.scene.few); });
  list.add("from_buf of 64 B inside 1,024 x 4 KiB", pieces(1024, 4 * kKiB),
           [](auto& on) { return Api::from_buf(on.v, on.next_offset(), on.buffer(), on.scene.few); });
  list.grow("to_buf of the last 64 B/n", n_pieces,
            [](auto& on) { return Api::to_buf(on.v, on.bytes() - on.scene.few, on.buffer(), on.scene.few); });
  const auto fill = [](auto& on) { return Api::fill(on.v, 0, 0x5a, on.bytes()); };
  list.add("fill of 256 x 64 B", pieces(256, 64), fill);
  list.add("fill of 16 x 4 KiB", pieces(16, 4 * kKiB), fill);
  list.grow("fill/n", n_pieces, fill);
}

template <typename Api>
void list_describing(List<Api>& list) {
  const auto copy = [](auto& on) {
    const std::size_t count = Api::copy(on.scene.room, on.v, 1, on.bytes() - 2);
    return on.look(std::span(on.scene.room).first(count));
  };
  list.add("copy of 18", pieces(18, 64), copy);
  list.add("copy of 1,024", pieces(1024, 64), copy);
  list.grow("copy/n", n_pieces, copy);
  const auto slice_count = [](auto& on) { return Api::slice_count(on.v, 1, on.bytes() - 2); };
  list.add("slice_count of 1,024", pieces(1024, 64), slice_count);
  list.grow("slice_count/n", n_pieces, slice_count);
  const auto slice = [](auto& on) {
    const typename Api::Owned made(on.v, 1, on.bytes() - 2);
    return on.look(made.elements());
  };
  list.add("slice of 1", pieces(1, 64), slice);
  list.add("slice of 16", pieces(16, 64), slice, 1);
  list.grow("slice/n", n_pieces, slice, 1);
  const auto slice_of_end = [](auto& on) {
    const typename Api::Owned made(on.v, on.bytes() - 96, 96);
    return on.look(made.elements());
  };
  list.add("slice at the end of 1,024", pieces(1024, 64), slice_of_end, 1);
  const auto extended = [](auto& on) {
    std::byte* const ends = on.scene.buffer.data();
    const typename Api::Owned made({ends, 16}, on.v, 1, on.bytes() - 2, {ends + 16, 16});
    return on.look(made.elements());
  };
  list.add("extended of 18", pieces(18, 64), extended, 1);
}

template <typename Api>
void list_appending(List<Api>& list) {
  const auto concat = [](auto& on) {
    on.owned.reset();
    const std::size_t bytes = on.owned.concat(on.v, 1, on.bytes() - 2);
    on.look(on.owned.elements());
    return bytes;
  };
  list.add("concat of 18 into room", pieces(18, 64), concat);
  list.add("concat of 1,024 into room", pieces(1024, 64), concat);
  list.grow("concat into room/n", n_pieces, concat);
  const auto grow = [](auto& on) {
    typename Api::Owned made(0);
    for (const iovec& element : on.scene.elements) made.add(element.iov_base, element.iov_len);
    return on.look(made.elements());
  };
  list.add("add x 128 from 0", pieces(128, 64), grow, kDoublings);
  list.grow("add x n from 0/n", n_pieces, grow, kDoublingsOfSeries);
  const auto add = [](auto& on) {
    on.owned.reset();
    for (const iovec& element : on.scene.elements) on.owned.add(element.iov_base, element.iov_len);
    return on.look(on.owned.elements());
  };
  list.add("add x 128 into room", pieces(128, 64), add);
  const auto make = [](auto& on) {
    typename Api::Owned made(on.scene.elements.size());
    for (const iovec& element : on.scene.elements) made.add(element.iov_base, element.iov_len);
    return on.look(made.elements());
  };
  list.add("room for 4, add x 4, destroy", pieces(4, 64), make, 1);
  const auto clone = [](auto& on) {
    on.owned.reset();
    on.owned.clone(on.v, on.buffer(), on.bytes());
    return on.look(on.owned.elements());
  };
  list.add("clone of 256 ascending", pieces(256, 64), clone, 1);
  list.add("clone of 256 shuffled", shuffled(256, 64), clone, 1);
  list.add("clone of 256 overlapping", overlapping(256, 64), clone, 1);
  list.grow("clone of shuffled/n log n", n_shuffled, clone, 1);
}

template <typename Api>
void list_discarding(List<Api>& list) {
  const auto both_ends = [](auto& on) {
    std::span<iovec> left = on.scene.elements;
    typename Api::Record front, back;
    const std::size_t bytes = Api::discard_front(left, 100, &front) + Api::discard_back(left, 100, &back);
    on.look(left);
    Api::undo(left, back);
    Api::undo(left, front);
    on.look(left);
    return bytes;
  };
  list.add("discard 100 B at each end of 18, 2 undos", pieces(18, 64), both_ends);
  list.grow("discard 100 B at each end, 2 undos/1", n_pieces, both_ends);
  const auto front = [](auto& on) {
    std::span<iovec> left = on.scene.elements;
    const std::size_t bytes = Api::discard_front(left, on.bytes_of_half(), nullptr);
    on.look(left);
    return bytes;
  };
  list.add("discard_front of 512 of 1,024", pieces(1024, 64), front);
  list.grow("discard_front of a half/n", n_pieces, front);
  const auto back = [](auto& on) {
    std::span<iovec> left = on.scene.elements;
    const std::size_t bytes = Api::discard_back(left, on.bytes_of_half(), nullptr);
    on.look(left);
    return bytes;
  };
  list.add("discard_back of 512 of 1,024", pieces(1024, 64), back);
  list.grow("discard_back of a half/n", n_pieces, back);
}

template <typename Api>
void list_comparing(List<Api>& list) {
  const auto is_zero = [](auto& on) { return std::size_t{Api::is_zero(on.v, 0, on.bytes())}; };
  list.add("is_zero of 64 B", zeros(1, 64), is_zero);
  list.add("is_zero of 4 KiB", zeros(1, 4 * kKiB), is_zero);
  list.add("is_zero of 64 KiB", zeros(1, 64 * kKiB), is_zero);
  list.add("is_zero of 512 KiB", zeros(1, 512 * kKiB), is_zero);
  list.add("is_zero of 64 KiB, byte 100 is 1", zeros(1, 64 * kKiB, 100), is_zero);
  list.add("is_zero of 64 x 1 KiB", zeros(64, kKiB), is_zero);
  list.grow("is_zero/n", n_zeros, is_zero);
  const auto compare = [](auto& on) { return Api::first_difference(on.v, on.other); };
  list.add("compare 64 x 16 B, equal", pairs(64, 16), compare);
  list.grow("compare equal ones/n", n_pairs, compare);
  list.add("compare 64 x 16 B, the last byte differs", pairs(64, 16, 64 * 16 - 1), compare);
  list.add("compare 16 x 4 KiB, equal", pairs(16, 4 * kKiB), compare);
  list.add("compare 16 x 4 KiB, the last byte differs", pairs(16, 4 * kKiB, 64 * kKiB - 1), compare);
  list.add("compare 16 x 4 KiB, byte 0 differs", pairs(16, 4 * kKiB, 0), compare);
}

template <typename Api>
void list_devices(List<Api>& list) {
  const auto serve = [](auto& on) {
    std::array<std::byte, 16> header;
    std::size_t done = Api::to_buf(on.v, 0, header.data(), header.size());
    std::span<iovec> data = on.scene.elements;
    typename Api::Record front, back;
    Api::discard_front(data, header.size(), &front);
    Api::discard_back(data, 1, &back);
    auto v = Api::view(data);
    {
      const typename Api::Owned part(v, 512, on.bytes() - 16 - 1 - 512);
      done += on.look(part.elements());
    }
    Api::undo(data, back);
    Api::undo(data, front);
    return done + Api::from_buf(on.v, on.bytes() - 1, header.data(), 1);
  };
  list.add("a virtio-blk request", pieces(kBlockRequest), serve, 1);
  const auto receive = [](auto& on) {
    const std::size_t header = Api::from_buf(on.v, 0, on.buffer(), kHeader);
    const std::size_t frame =
        Api::from_buf(on.v, header, static_cast<std::byte*>(on.buffer()) + header, on.bytes() - header);
    const std::uint16_t buffers = 1;
    return frame + Api::from_buf(on.v, kHeader - sizeof(buffers), &buffers, sizeof(buffers));
  };
  list.add("a virtio-net receive of 1,526 B", pieces(kFrame), receive);
  const auto send = [](auto& on) {
    const std::size_t sent = Api::send(on.scene.sockets->ends[0], on.v, 0, on.bytes());
    return sent + static_cast<std::size_t>(read(on.scene.sockets->ends[1], on.buffer(), on.bytes()));
  };
  list.add("send of 1,526 B, and a read", connected(kFrame), send);
  const auto recv = [](auto& on) {
    const auto written = static_cast<std::size_t>(write(on.scene.sockets->ends[1], on.buffer(), on.bytes()));
    return written + Api::recv(on.scene.sockets->ends[0], on.v, 0, on.bytes());
  };
  list.add("recv of 1,526 B, and a write", connected(kFrame), recv);
}

/// All works, in the interface Api.
template <typename Api>
void list_all(List<Api>& list) {
  list_reading(list);
  list_writing(list);
  list_moving_inside(list);
  list_describing(list);
  list_appending(list);
  list_discarding(list);
  list_comparing(list);
  list_devices(list);
}

template <typename Api>
std::vector<Work> all_works() {
  List<Api> list;
  list_all(list);
  return list.take();
}

}  // namespace bench
