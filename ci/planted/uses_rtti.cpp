// SPDX-License-Identifier: Apache-2.0
// Planted: asks for a dynamic type. It does not compile without RTTI.
struct Base {
  virtual ~Base() = default;
};
struct Derived : Base {};

int main() {
  Derived derived;
  Base& base = derived;
  return dynamic_cast<Derived*>(&base) == nullptr ? 1 : 0;
}
