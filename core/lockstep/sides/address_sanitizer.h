// SPDX-License-Identifier: Apache-2.0
// HAS_ADDRESS_SANITIZER: whether this is compiled with it, 1 or 0. Compilers say so in different ways.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#define HAS_ADDRESS_SANITIZER __has_feature(address_sanitizer)
#else
#define HAS_ADDRESS_SANITIZER 0
#endif
