// SPDX-License-Identifier: Apache-2.0
// Runs a call that may abort, and goes on after it.
// It leaves by siglongjmp from the handler of SIGABRT, so what the call had allocated is lost; it is for
// implementations that assert their preconditions before they do anything.
#pragma once

#include <csetjmp>

#include "lockstep/table/implementation.h"

namespace lockstep {

/// From now on SIGABRT of this thread jumps to `landing`; with null, it has its previous effect again.
void land_aborts(sigjmp_buf* landing);

/// The result of call(). If the implementation declares that it aborts on violations, an abort is a rejection, for
/// Rejection::other.
template <typename Call>
Result guarded(const Implementation& implementation, Call call) {
  if (!implementation.deviations.aborts_on_violation) return call();
  const struct UntilHere {
    ~UntilHere() { land_aborts(nullptr); }  // also after a call that throws, as an adapter's test framework may
  } until_here;
  sigjmp_buf landing;
  if (sigsetjmp(landing, 1) != 0) return {0, Rejection::other};
  land_aborts(&landing);
  return call();
}

}  // namespace lockstep
