/* What the compiler and the processor report. */
#include "scs_build.h"
#include "checks.h"

static void test_processor_level_is_known(void)
{
    int level = scs_processor_level();
    CHECK(level == 1 || level == 3 || level == 4);
    CHECK(scs_compiler[0] == 'g' || scs_compiler[0] == 'c');
}

void test_build(void)
{
    test_processor_level_is_known();
}
