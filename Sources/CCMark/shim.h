// Gives Swift the Debian header of cmark; wrappers here exist only where Swift cannot call C directly.
#pragma once
#include <cmark.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// libcmark makes and frees some ten small nodes a line: a third of its time. Its allocator has no argument of its own, so
// the memory of the text that a thread works on lies in a stack of blocks that belongs to the thread, and goes at once.

typedef struct parvis_block {
  struct parvis_block *below;
  size_t used, room;
} parvis_block;

/// A place in the stack of a thread.
typedef struct {
  parvis_block *block;
  size_t used;
} parvis_mark;

/// The stack of the thread. Swift emits these functions once an object file: call those that share it from one file.
static inline parvis_block **parvis_stack(void) {
  static __thread parvis_block *top;
  return &top;
}

enum { parvis_usual_room = 1 << 16, parvis_header = 16 };

static inline void *parvis_take(size_t size) {
  if (size > SIZE_MAX / 4) abort();
  size_t whole = ((size + 15) & ~(size_t)15) + parvis_header;
  parvis_block *top = *parvis_stack();
  if (!top || top->room - top->used < whole) {
    size_t room = whole > parvis_usual_room ? whole : parvis_usual_room;
    parvis_block *made = (parvis_block *)malloc(sizeof(parvis_block) + 16 + room);
    // As libcmark does itself: without memory there is nothing to go on with.
    if (!made) abort();
    made->below = top;
    made->used = 0;
    made->room = room;
    *parvis_stack() = top = made;
  }
  uintptr_t base = ((uintptr_t)(top + 1) + 15) & ~(uintptr_t)15;
  char *piece = (char *)(base + top->used);
  top->used += whole;
  memcpy(piece, &size, sizeof size);
  return piece + parvis_header;
}

static void *parvis_calloc(size_t count, size_t size) {
  if (size && count > SIZE_MAX / 4 / size) abort();
  void *piece = parvis_take(count * size);
  memset(piece, 0, count * size);
  return piece;
}

static void *parvis_realloc(void *old, size_t size) {
  size_t before = 0;
  if (old) memcpy(&before, (char *)old - parvis_header, sizeof before);
  if (old && size <= before) return old;
  void *piece = parvis_take(size);
  if (old) memcpy(piece, old, before);
  return piece;
}

static void parvis_free(void *piece) { (void)piece; }

static cmark_mem parvis_memory = {parvis_calloc, parvis_realloc, parvis_free};

/// Where the memory of the next text begins.
static inline parvis_mark parvis_begin(void) {
  parvis_block *top = *parvis_stack();
  parvis_mark mark = {top, top ? top->used : 0};
  return mark;
}

/// Gives back everything since a mark; one block of usual size stays with the thread.
static inline void parvis_end(parvis_mark mark) {
  parvis_block **stack = parvis_stack();
  while (*stack != mark.block) {
    parvis_block *top = *stack;
    if (!mark.block && !top->below && top->room == parvis_usual_room) {
      top->used = 0;
      return;
    }
    *stack = top->below;
    free(top);
  }
  if (*stack) (*stack)->used = mark.used;
}

/// Parses a text into memory that `parvis_end` gives back; the tree is never freed by itself.
static inline cmark_node *parvis_parse(const char *text, size_t length) {
  cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, &parvis_memory);
  cmark_parser_feed(parser, text, length);
  return cmark_parser_finish(parser);
}
