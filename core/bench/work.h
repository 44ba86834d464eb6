// SPDX-License-Identifier: Apache-2.0
// A work: what callers of a scatter/gather library do, written once (works.h) for every interface that can do it. An
// interface is a type, here Api, of static functions over its own types; in_c.h has all that one may have.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "shapes.h"

namespace bench {

/// A work in one interface, on a scene that its shape has filled.
class Running {
 public:
  virtual ~Running() = default;
  /// Returns the number that the last run has answered.
  virtual std::size_t repeat(std::size_t times) = 0;
};

struct Work {
  std::string name;
  std::size_t most_blocks;  ///< How often a run may ask for heap memory, by the table of costs in docs/library.md.
  Shape shape;
  std::unique_ptr<Running> (*start)(Scene&);
};

/// Out of the way of what is compiled for each work.
void add_work(std::vector<Work>& works, const char* name, std::size_t most_blocks, const Shape& shape,
              std::unique_ptr<Running> (*start)(Scene&));
void add_series(std::vector<Work>& works, const char* name, std::size_t most_blocks, Shape (*shape)(std::size_t),
                std::unique_ptr<Running> (*start)(Scene&));

struct Interface {
  const char* name;
  std::vector<Work> works;
};

/// Thrown where an interface turns out not to have what a work takes.
struct Absent {};

Interface in_cpp();
Interface in_c();
Interface plainly();
/// Those of other libraries that were found when this was built.
std::vector<Interface> peers();
/// Those in a shared object. Throws std::runtime_error where that cannot be loaded.
Interface in_qemu(const char* file);

/// What the body of a work has at hand. Nothing of it is known to the compiler.
template <typename Api>
struct On {
  explicit On(Scene& its) : scene(its), v(Api::view(its.elements)), other(Api::view(its.others)), owned(1024) {}

  void* buffer() { return scene.buffer.data(); }
  std::size_t bytes() const { return scene.buffer.size(); }
  /// Of elements of 64 bytes. A discard of so many trims none.
  std::size_t bytes_of_half() const { return scene.elements.size() / 2 * scene.few; }
  std::size_t next_offset() { return scene.offsets[turn++ % scene.offsets.size()]; }

  /// Takes elements into the answer, and returns how many there are.
  std::size_t look(std::span<const iovec> elements) {
    if (scene.is_watched) scene.remember(elements);
    return elements.size();
  }

  Scene& scene;
  typename Api::View v, other;
  typename Api::Owned owned;
  std::size_t turn = 0;
};

/// The works of one interface.
template <typename Api>
class List {
 public:
  /// `Body` is called with On<Api>&, again and again, and returns a number. It leaves the elements as they were.
  template <typename Body>
  void add(const char* name, const Shape& shape, Body, std::size_t most_blocks = 0) {
    add_work(works_, name, most_blocks, shape, start<Body>);
  }

  /// A series: works on 1, 10, 100, ... elements. In `name` and behind a slash is how its time is to grow with their
  /// number n: 1, n or n log n. Behind another one each work has its n. Other libraries, which have no records of
  /// discards, are left out: a million pieces take much memory there.
  template <typename Body>
  void grow(const char* name, Shape (*shape)(std::size_t), Body, std::size_t most_blocks = 0) {
    if constexpr (requires { typename Api::Record; }) add_series(works_, name, most_blocks, shape, start<Body>);
  }

  std::vector<Work> take() { return std::move(works_); }

 private:
  template <typename Body>
  class Started final : public Running {
   public:
    explicit Started(Scene& scene) : on_(scene) {}

    std::size_t repeat(std::size_t times) override {
      std::size_t number = 0;
      for (; times > 0; --times) {
        number = Body()(on_);
        asm volatile("" : : "r"(number) : "memory");  // The number is used, and any memory may have changed.
      }
      return number;
    }

   private:
    On<Api> on_;
  };

  template <typename Body>
  static std::unique_ptr<Running> start(Scene& scene) {
    return std::make_unique<Started<Body>>(scene);
  }

  std::vector<Work> works_;
};

}  // namespace bench
