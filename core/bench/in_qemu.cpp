// SPDX-License-Identifier: Apache-2.0
// QEMU's own functions, from a shared object that is compiled from a checkout of the user's. They have the names of
// ours.
#include <dlfcn.h>

#include <stdexcept>

#include "in_c.h"

namespace bench {
namespace {

Functions theirs;

[[noreturn]] void absent() { throw Absent{}; }

template <typename Function>
void look_up(void* library, const char* name, Function& function) {
  void* const found = dlsym(library, name);
  function = reinterpret_cast<Function>(found != nullptr ? found : reinterpret_cast<void*>(&absent));
}

}  // namespace

Interface in_qemu(const char* file) {
  // RTLD_LOCAL: nothing of ours is to call these. RTLD_LAZY: what they call need be there only where it is called.
  void* const library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
#define DO(name) look_up(library, #name, theirs.name);
  IOV_BENCH_FUNCTIONS(DO)
#undef DO
  return {"QEMU", all_works<C<theirs>>()};
}

}  // namespace bench
