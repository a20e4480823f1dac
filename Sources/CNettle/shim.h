// Gives Swift the Debian headers of nettle; wrappers here exist only where Swift cannot call C directly.
#pragma once
#include <nettle/hmac.h>
#include <nettle/sha1.h>
