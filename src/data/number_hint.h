/* What a text that is not read as a number probably means, for messages. */
#ifndef NNTRAIN_DATA_NUMBER_HINT_H
#define NNTRAIN_DATA_NUMBER_HINT_H

/* A clause that says how to write the number, or NULL when the text resembles none. */
const char *number_hint(const char *text);

#endif
