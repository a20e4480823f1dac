// Gives Swift the Debian header of yaml; wrappers here exist only where Swift cannot call C directly.
#pragma once
#include <yaml.h>
