// Gives Swift the Debian header of sodium; wrappers here exist only where Swift cannot call C directly.
#pragma once
#include <sodium.h>
