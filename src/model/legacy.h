/*
 * What older programs wrote into markers and notes: places as "FILE:LINE", and
 * one text for all that a reason is about. The only reader of such texts.
 */
#ifndef MODTRAIL_MODEL_LEGACY_H
#define MODTRAIL_MODEL_LEGACY_H

#include "model/selftest_run.h"

/* Fills what a claim's where= and detail= told; rule and reason are set. */
void legacy_claim(struct claim *claim, const char *where, const char *detail);

/* What a rule's text asks for, where only that is known: fills asks and program. */
void legacy_rule(struct claim *claim);

/* What loads the rules of a host whose run does not say so: by the places that its claims name. */
enum loader legacy_loader(const struct claim *claims, size_t count);

/* Fills what a note told of the delivery; reason is set. */
void legacy_note(struct delivery_state *delivery, const char *detail);

#endif
