// SPDX-License-Identifier: Apache-2.0
// Implementations by name: ours, an adapter, and those that an executable adds.
// Implementations broken on purpose have names only in executables that add them; nothing else links them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lockstep/table/implementation.h"

namespace lockstep {

/// The library of this project, through its error_code forms; "iov".
const Implementation& ours();

/// Its C interface at API level 6 and at level 10, whose rejections are seen by a handler; "qemu_iov", "qemu_iov_10".
const Implementation& qemu_iov();
const Implementation& qemu_iov_10();

/// These three.
std::span<const Implementation* const> interfaces_of_ours();

/// The default of the executables: the adapter it is linked with, or ours.
const Implementation& default_implementation();

/// Makes more of them known; they must outlive every use of their names.
void add_implementations(std::span<const Implementation* const> more);

/// All that are known, the default one first.
std::vector<const Implementation*> known_implementations();

/// Null where none has this name.
const Implementation* implementation_named(std::string_view name);

}  // namespace lockstep
