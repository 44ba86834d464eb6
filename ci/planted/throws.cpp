// Planted: throws. It does not compile without exceptions.
int main() { throw 1; }
