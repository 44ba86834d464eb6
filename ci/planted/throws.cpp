// SPDX-License-Identifier: Apache-2.0
// Planted: throws. It does not compile without exceptions.
int main() { throw 1; }
