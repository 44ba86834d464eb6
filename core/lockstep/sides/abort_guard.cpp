// SPDX-License-Identifier: Apache-2.0
#include "lockstep/sides/abort_guard.h"

#include <cassert>
#include <csignal>

namespace lockstep {
namespace {

thread_local sigjmp_buf* active = nullptr;
struct sigaction former = {};

void on_abort(int signal_number) {
  if (active != nullptr) siglongjmp(*active, 1);
  // No landing: as if this handler had never been there.
  sigaction(signal_number, &former, nullptr);
  raise(signal_number);
}

}  // namespace

void land_aborts(sigjmp_buf* landing) {
  // Once for all, because a system call for each step would be felt.
  static const bool installed = [] {
    struct sigaction action = {};
    action.sa_handler = on_abort;
    action.sa_flags = SA_NODEFER;
    sigemptyset(&action.sa_mask);
    return sigaction(SIGABRT, &action, &former) == 0;
  }();
  assert(installed && (landing == nullptr || active == nullptr));
  static_cast<void>(installed);
  active = landing;
}

}  // namespace lockstep
