/* Linked in front of programs whose lines are counted (the linker's --wrap): what dies by a signal
 * would not write its counters. */
void __gcov_dump(void);
int __real_raise(int number);
int __wrap_raise(int number);

int __wrap_raise(int number) {
    __gcov_dump();
    return __real_raise(number);
}
