#include "plainly.h"
#include "works.h"

namespace bench {

Interface plainly() { return {"limit", all_works<Plain>()}; }

}  // namespace bench
