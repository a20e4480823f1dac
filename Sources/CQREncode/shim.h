// Gives Swift the Debian header of qrencode; wrappers here exist only where Swift cannot call C directly.
#pragma once
#include <qrencode.h>
