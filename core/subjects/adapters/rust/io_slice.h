// SPDX-License-Identifier: Apache-2.0
// Rust's standard library on vectors, as io_slice.rs has it for C. An IoSlice is a struct iovec.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>

extern "C" {
std::size_t rust_read(const iovec* vector, std::size_t count, std::byte* data, std::size_t bytes);
std::size_t rust_write(iovec* vector, std::size_t count, const std::byte* data, std::size_t bytes);
/// How many elements are left, the last ones. The first of them may be trimmed.
std::size_t rust_advance(iovec* vector, std::size_t count, std::size_t bytes);
/// 0, an error, or -1 where a call wrote nothing.
int rust_write_all(iovec* vector, std::size_t count, ssize_t (*call)(void* context, const iovec*, std::size_t),
                   void* context);
}
