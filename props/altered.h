// SPDX-License-Identifier: Apache-2.0
// Implementations of tests: a table with one entry altered.
#pragma once

#include <type_traits>

#include "lockstep/table/implementation.h"

namespace lockstep {

template <auto entry, typename Then, typename Result, typename... Arguments>
void alter(Implementation& table, Result (*original)(Arguments...)) {
  static Result (*sound)(Arguments...);
  sound = original;
  table.*entry = [](Arguments... arguments) -> Result {
    if constexpr (std::is_void_v<Result>) {
      sound(arguments...);
      Then{}(arguments...);
    } else {
      Result result = sound(arguments...);
      Then{}(result, arguments...);
      return result;
    }
  };
}

/// The table whose entry does what it did, and then `then(result, arguments...)`: a lambda without captures, which may
/// change the result and what the arguments refer to. Of an entry that returns nothing there is no result. What it did
/// is remembered once for each entry and type of lambda: so an altered entry cannot be altered again by the same
/// lambda, which would call itself, and two tables altered by one lambda do what the last of the two did.
template <auto entry, typename Then>
Implementation altered(Implementation table, Then) {
  alter<entry, Then>(table, table.*entry);
  return table;
}

}  // namespace lockstep
