// SPDX-License-Identifier: Apache-2.0
// APR's bucket brigades as an implementation to test: a vector is one that lives through the whole program, of buckets
// that refer to the elements. To describe a range splits buckets, so it is done on a copy. What writes, or takes a
// discard back, has no counterpart.
#include "lockstep/table/adapter.h"

#include <apr_buckets.h>
#include <apr_general.h>

#include <algorithm>
#include <climits>
#include <vector>

namespace lockstep {
namespace {

using View = Span<const iovec>;

apr_bucket_alloc_t* allocator() {
  static apr_bucket_alloc_t* const all = [] {
    apr_initialize();
    apr_pool_t* pool = nullptr;
    apr_pool_create(&pool, nullptr);
    return apr_bucket_alloc_create(pool);
  }();
  return all;
}

struct Brigade {
  apr_bucket_alloc_t* buckets = allocator();
  apr_pool_t* pool = nullptr;
  apr_bucket_brigade* brigade = nullptr;
  std::vector<iovec> elements;

  Brigade() {
    apr_pool_create(&pool, nullptr);
    brigade = apr_brigade_create(pool, buckets);
  }
  Brigade(const Brigade&) = delete;
  ~Brigade() { apr_pool_destroy(pool); }
};

apr_bucket_brigade* brigade_of(void* vector) { return static_cast<Brigade*>(vector)->brigade; }

apr_bucket* bucket_of(const iovec& element) {
  return apr_bucket_immortal_create(static_cast<const char*>(element.iov_base), element.iov_len, allocator());
}

void append(apr_bucket_brigade* brigade, View elements) {
  for (const iovec& element : elements) APR_BRIGADE_INSERT_TAIL(brigade, bucket_of(element));
}

void append_copy(apr_bucket_brigade* brigade, apr_bucket_brigade* source) {
  for (apr_bucket* at = APR_BRIGADE_FIRST(source); at != APR_BRIGADE_SENTINEL(source); at = APR_BUCKET_NEXT(at)) {
    apr_bucket* copy = nullptr;
    apr_bucket_copy(at, &copy);
    APR_BRIGADE_INSERT_TAIL(brigade, copy);
  }
}

/// Moves what lies behind the offset into `rest`, which loses what it had.
void split(apr_bucket_brigade* brigade, std::size_t offset, apr_bucket_brigade* rest) {
  apr_bucket* after = nullptr;
  apr_brigade_partition(brigade, static_cast<apr_off_t>(std::min<std::size_t>(offset, SSIZE_MAX)), &after);
  apr_brigade_split_ex(brigade, after, rest);
}

std::size_t length(apr_bucket_brigade* brigade) {
  apr_off_t bytes = 0;
  apr_brigade_length(brigade, 1, &bytes);
  return static_cast<std::size_t>(bytes);
}

/// Makes `range` the range of the brigade.
void cut_out(apr_bucket_brigade* brigade, std::size_t offset, std::size_t bytes, apr_bucket_brigade* range) {
  const Brigade whole;
  const Brigade rest;
  append_copy(whole.brigade, brigade);
  split(whole.brigade, offset, range);
  split(range, bytes, rest.brigade);
}

Result become(void* vector, apr_bucket_brigade* brigade) {
  apr_brigade_cleanup(brigade_of(vector));
  APR_BRIGADE_CONCAT(brigade_of(vector), brigade);
  return {};
}

std::size_t describe(apr_bucket_brigade* brigade, Span<iovec> elements) {
  auto count = static_cast<int>(elements.size());
  apr_brigade_to_iovec(brigade, elements.data(), &count);
  return static_cast<std::size_t>(count);
}

Span<iovec> elements_of(void* vector) {
  std::size_t count = 0;
  apr_bucket_brigade* const brigade = brigade_of(vector);
  for (apr_bucket* at = APR_BRIGADE_FIRST(brigade); at != APR_BRIGADE_SENTINEL(brigade); at = APR_BUCKET_NEXT(at))
    ++count;
  std::vector<iovec>& elements = static_cast<Brigade*>(vector)->elements;
  elements.resize(count);
  describe(brigade, elements);
  return elements;
}

Result discard_back(void* vector, std::size_t bytes) {
  const std::size_t before = length(brigade_of(vector));
  const Brigade rest;
  split(brigade_of(vector), before - std::min(bytes, before), rest.brigade);
  return {before - length(brigade_of(vector))};
}

Result extended(void* vector, const iovec& head, std::optional<View> mid, std::size_t offset, std::size_t bytes,
                const iovec& tail, std::size_t) {
  // There is no brigade that is absent.
  if (!mid && bytes > 0)
    return {0, bytes > SIZE_MAX - head.iov_len - tail.iov_len ? Rejection::length_error : Rejection::invalid_argument};
  const Brigade whole;
  const Brigade made;
  append(whole.brigade, mid.value_or(View()));
  cut_out(whole.brigade, offset, bytes, made.brigade);
  APR_BRIGADE_INSERT_HEAD(made.brigade, bucket_of(head));
  APR_BRIGADE_INSERT_TAIL(made.brigade, bucket_of(tail));
  return become(vector, made.brigade);
}

void make_vectors(Implementation& table) {
  table.create = []() -> void* { return new Brigade; };
  table.destroy = [](void* vector) { delete static_cast<Brigade*>(vector); };
  table.elements = elements_of;
  table.assign = [](void* vector, View elements) -> Result {
    apr_brigade_cleanup(brigade_of(vector));
    append(brigade_of(vector), elements);
    return {};
  };
  table.add = [](void* vector, void* base, std::size_t bytes) -> Result {
    APR_BRIGADE_INSERT_TAIL(brigade_of(vector), bucket_of({base, bytes}));
    return {};
  };
  table.add_many = [](void* vector, View elements) -> Result {
    append(brigade_of(vector), elements);
    return {};
  };
  table.from_buffer = [](void* vector, void* base, std::size_t bytes) -> Result {
    apr_brigade_cleanup(brigade_of(vector));
    APR_BRIGADE_INSERT_TAIL(brigade_of(vector), bucket_of({base, bytes}));
    return {};
  };
  table.reset = [](void* vector) -> Result {
    apr_brigade_cleanup(brigade_of(vector));
    return {};
  };
  table.release = [](void* vector) { apr_brigade_cleanup(brigade_of(vector)); };
  table.vector_size = [](void* vector) -> Result { return {length(brigade_of(vector))}; };
  table.copy_vector = [](void* vector, void* source) -> Result {
    const Brigade copy;
    append_copy(copy.brigade, brigade_of(source));
    return become(vector, copy.brigade);
  };
  table.move_vector = [](void* vector, void* source) {
    return vector == source ? Result{} : become(vector, brigade_of(source));
  };
  table.split = [](void* vector, void* source, std::size_t offset) -> Result {
    if (offset > length(brigade_of(source))) return rejected_as_outside();  // it would cut
    const Brigade rest;
    split(brigade_of(source), offset, rest.brigade);
    return become(vector, rest.brigade);
  };
  table.vector_discard_back = [](void* vector, std::size_t bytes) -> Result {
    if (bytes > length(brigade_of(vector))) return rejected_as_outside();
    discard_back(vector, bytes);
    return {};
  };
  table.extended = extended;
}

}  // namespace

Implementation make_adapter() {
  Implementation table;
  table.name = "apr";
  table.deviations.ranges_are_cut = true;
  table.deviations.empty_elements_do_not_count = true;
  table.limits.bytes = SSIZE_MAX;  // of apr_off_t
  table.takes_unbacked = true;
  make_vectors(table);

  OnVector& on_vector = table.on_vector;
  on_vector.size = table.vector_size;
  on_vector.to_buf = [](void* vector, std::size_t offset, Span<std::byte> data) -> Result {
    const Brigade range;
    cut_out(brigade_of(vector), offset, SIZE_MAX, range.brigade);
    apr_size_t copied = data.size();
    apr_brigade_flatten(range.brigade, reinterpret_cast<char*>(data.data()), &copied);
    return {copied};
  };
  on_vector.copy = [](Span<iovec> destination, void* vector, std::size_t offset, std::size_t bytes) -> Result {
    const Brigade range;
    cut_out(brigade_of(vector), offset, bytes, range.brigade);
    return {describe(range.brigade, destination)};
  };
  on_vector.concat = [](void* vector, void* source, std::size_t offset, std::size_t bytes) -> Result {
    const Brigade range;
    cut_out(brigade_of(source), offset, bytes, range.brigade);
    const std::size_t appended = length(range.brigade);
    APR_BRIGADE_CONCAT(brigade_of(vector), range.brigade);
    return {appended};
  };
  on_vector.slice = [](void* vector, void* source, std::size_t offset, std::size_t bytes) {
    const Brigade range;
    cut_out(brigade_of(source), offset, bytes, range.brigade);
    return become(vector, range.brigade);
  };
  on_vector.discard_front = [](void* vector, std::size_t bytes) -> Result {
    const std::size_t before = length(brigade_of(vector));
    const Brigade rest;
    split(brigade_of(vector), bytes, rest.brigade);
    become(vector, rest.brigade);
    return {before - length(brigade_of(vector))};
  };
  on_vector.discard_back = discard_back;
  return table;
}

}  // namespace lockstep
