// SPDX-License-Identifier: Apache-2.0
#include "in_c.h"

namespace bench {

Interface in_c() { return {"C", all_works<C<kOurs>>()}; }

}  // namespace bench
