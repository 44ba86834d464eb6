// Runs a call that may abort, and goes on after it.
// It leaves by siglongjmp from the handler of SIGABRT, so what the call had allocated is lost; it is for
// implementations that assert their preconditions before they do anything.
#pragma once

#include <csetjmp>

#include "lockstep/table/implementation.h"

namespace lockstep {

/// While a guard lives, SIGABRT of this thread jumps to its `landing`. Only one may live at a time. Without one,
/// SIGABRT has its previous effect.
///
///   AbortGuard guard;
///   if (sigsetjmp(guard.landing, 1) == 0) call(); else it_aborted();
class AbortGuard {
 public:
  AbortGuard();
  ~AbortGuard();
  AbortGuard(const AbortGuard&) = delete;
  AbortGuard& operator=(const AbortGuard&) = delete;

  sigjmp_buf landing;
};

/// The result of call(). If the implementation declares that it aborts on violations, an abort is a rejection, for
/// Rejection::other.
template <typename Call>
Result guarded(const Implementation& implementation, Call call) {
  if (!implementation.deviations.aborts_on_violation) return call();
  AbortGuard guard;
  if (sigsetjmp(guard.landing, 1) == 0) return call();
  return {0, Rejection::other};
}

}  // namespace lockstep
