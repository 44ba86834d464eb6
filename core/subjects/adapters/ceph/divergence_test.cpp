// SPDX-License-Identifier: Apache-2.0
// The fault that the adapter works around, and the difference of known_findings, asked of Ceph itself.
// Where this fails, the version at hand does otherwise; then the adapter and known_findings have to be looked at again.
#include <gtest/gtest.h>
#include <rados/buffer.h>

#include <exception>
#include <string>

namespace {

using ceph::buffer::list;

list list_of(std::string& text) {
  list made;
  made.append(ceph::buffer::ptr(ceph::buffer::create_static(static_cast<unsigned>(text.size()), text.data())));
  return made;
}

TEST(Divergence, CephAcceptsARangeWhoseEndWraps) {  // a_sum_that_wraps.iov
  std::string text = "abcdef";
  const list whole = list_of(text);
  list range;
  EXPECT_THROW(range.substr_of(whole, 4, 3), std::exception);
  EXPECT_NO_THROW(range.substr_of(whole, 4, 0xffffffff));
  EXPECT_EQ(range.length(), 0xffffffff);
}

TEST(Divergence, CephWritesWhatFitsAndThenThrows) {  // too_much_to_write.iov
  std::string text = "abcdef";
  list whole = list_of(text);
  EXPECT_THROW(whole.begin(4).copy_in(3, "xyz"), std::exception);
  EXPECT_EQ(text, "abcdxy");
}

}  // namespace
