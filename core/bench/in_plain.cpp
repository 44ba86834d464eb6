// SPDX-License-Identifier: Apache-2.0
#include "plainly.h"
#include "works.h"

namespace bench {

Interface plainly() { return {"limit", all_works<Plain>()}; }

}  // namespace bench
