#include "process_settings.h"
