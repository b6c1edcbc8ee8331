/* A plug-in that forgot to export convproof_run. */
#include "../convproof_plugin.h"

const char* convproof_hello(void) {
  return "{\"name\":\"no_run_symbol\",\"version\":\"1\",\"operators\":{}}";
}
