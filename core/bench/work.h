// A work: what callers of a scatter/gather library do, written once (works.h) for every interface that can do it. An
// interface is a type, here Api, of static functions over its own types; in_c.h has all that one may have.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "shapes.h"

namespace bench {

/// What a work has answered. Addresses count, because all interfaces run on the same scene.
struct Answer {
  std::size_t number = 0;
  std::vector<std::byte> memory, buffer;
  std::vector<std::pair<const void*, std::size_t>> elements;  ///< Described or made.
  bool operator==(const Answer&) const = default;
};

/// A work in one interface, on a scene that its shape has filled.
class Running {
 public:
  virtual ~Running() = default;
  virtual Answer answer() = 0;
  virtual void repeat(std::size_t times) = 0;
};

struct Work {
  std::string name;
  std::size_t most_blocks;  ///< How often a run may ask for heap memory, by the table of costs in docs/library.md.
  Shape shape;
  std::function<std::unique_ptr<Running>(Scene&)> start;
};

struct Interface {
  std::string name;
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
  std::size_t next_offset() { return scene.offsets[turn++ % scene.offsets.size()]; }

  /// Takes elements into the answer, and returns how many there are.
  std::size_t look(std::span<const iovec> elements) {
    if (answer == nullptr) return elements.size();
    for (const iovec& element : elements) answer->elements.emplace_back(element.iov_base, element.iov_len);
    return elements.size();
  }

  Scene& scene;
  typename Api::View v, other;
  typename Api::Owned owned;
  std::size_t turn = 0;
  Answer* answer = nullptr;
};

/// The works of one interface.
template <typename Api>
class List {
 public:
  /// `body` is called with On<Api>&, again and again, and returns a number. It leaves the elements as they were.
  template <typename Body>
  void add(std::string name, Shape shape, Body body, std::size_t most_blocks = 0) {
    works_.push_back({std::move(name), most_blocks, std::move(shape),
                      [body](Scene& scene) { return std::make_unique<Started<Body>>(scene, body); }});
  }

  std::vector<Work> take() { return std::move(works_); }

 private:
  template <typename Body>
  class Started final : public Running {
   public:
    Started(Scene& scene, Body body) : on_(scene), body_(body) {}

    Answer answer() override {
      Answer answer;
      on_.answer = &answer;
      answer.number = body_(on_);
      on_.answer = nullptr;
      answer.memory = on_.scene.memory;
      answer.buffer = on_.scene.buffer;
      return answer;
    }

    void repeat(std::size_t times) override {
      for (; times > 0; --times) {
        const std::size_t number = body_(on_);
        asm volatile("" : : "r"(number) : "memory");  // The number is used, and any memory may have changed.
      }
    }

   private:
    On<Api> on_;
    Body body_;
  };

  std::vector<Work> works_;
};

}  // namespace bench
