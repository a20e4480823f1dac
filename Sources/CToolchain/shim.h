// What compiled this program. Swift itself does not say it to the code that it compiles; the C compiler in it does, with
// the revision of its sources, which differs from one Swift release to the next.
#pragma once
#include <spawn.h>

static inline const char *parvis_toolchain(void) { return __VERSION__; }

// Extensions of the C library that the system's module for Swift leaves out: dladdr(3), and the folder of a child.
typedef struct parvis_symbol_place {
  const char *file;
  void *image;
  const char *name;
  void *address;
} parvis_symbol_place;

extern int parvis_dladdr(const void *address, parvis_symbol_place *place) __asm__("dladdr");

extern int parvis_spawn_in(posix_spawn_file_actions_t *actions, const char *folder)
    __asm__("posix_spawn_file_actions_addchdir_np");
