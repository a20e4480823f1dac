// Gives Swift the Debian header of cmark; wrappers here exist only where Swift cannot call C directly.
#pragma once
#include <cmark.h>
