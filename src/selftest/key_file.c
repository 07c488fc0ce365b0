#include "selftest/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD "modtrail self-test key 1: "
#define TAIL "\n"
#define SECRET_TEXT sodium_base64_ENCODED_LEN(KEY_SEED, sodium_base64_VARIANT_ORIGINAL_NO_PADDING)
#define FILE_LEN (sizeof(HEAD) - 1 + SECRET_TEXT - 1 + sizeof(TAIL) - 1)

struct key_files key_files_here(void)
{
	const char *key = getenv("MODTRAIL_KEY");

	return (struct key_files){ key != NULL && *key != '\0' ? key : KEY_FILE, MACHINE_ID_FILE };
}

/* A machine without an id has none. */
static void finish(struct signing_key *out, const unsigned char seed[KEY_SEED],
		   const struct key_files *files)
{
	AUTO(closep) int fd = open(files->machine_id, O_RDONLY | O_CLOEXEC);
	char id[64];
	ssize_t len = fd >= 0 ? read(fd, id, sizeof(id)) : 0;

	signing_key_make(out, seed, (struct bytes){ id, len > 0 ? (size_t)len : 0 });
}

static int wrong(const struct key_files *files, struct error *err, const char *what)
{
	return error_set(err, ERR_SYSTEM, "'%s' %s: make a new key with 'modtrail key --replace'",
			 files->key, what);
}

/* Whoever could read it may have, and whoever could write it knows it. */
static int check(int fd, const struct key_files *files, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_set(err, ERR_SYSTEM, "cannot read '%s': %s", files->key, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return wrong(files, err, "is no plain file");
	if (st.st_uid != geteuid())
		return error_set(err, ERR_SYSTEM, "'%s' belongs to user %u, and has to be user %u's: make a "
				 "new key with 'modtrail key --replace'", files->key, (unsigned)st.st_uid,
				 (unsigned)geteuid());
	if ((st.st_mode & 07777) != 0600)
		return error_set(err, ERR_SYSTEM, "'%s' has mode %04o, and has to have 0600: make a new key "
				 "with 'modtrail key --replace', as others may know this one", files->key,
				 st.st_mode & 07777);
	return 0;
}

static bool parse(const char *text, size_t len, unsigned char seed[KEY_SEED])
{
	const char *secret = text + strlen(HEAD);
	size_t decoded;

	return len == FILE_LEN && memcmp(text, HEAD, strlen(HEAD)) == 0 &&
	       memcmp(text + len - strlen(TAIL), TAIL, strlen(TAIL)) == 0 &&
	       sodium_base642bin(seed, KEY_SEED, secret, SECRET_TEXT - 1, NULL, &decoded, NULL,
				 sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 && decoded == KEY_SEED;
}

/* 1: read, 0: there is none. */
static int read_file(struct signing_key *out, const struct key_files *files, struct error *err)
{
	AUTO(closep) int fd = open(files->key, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	unsigned char seed[KEY_SEED];
	char text[FILE_LEN + 1];
	ssize_t len;
	bool whole;
	int rc;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 && errno == ELOOP)
		return wrong(files, err, "is a link");
	if (fd < 0)
		return error_set(err, ERR_SYSTEM, "cannot read '%s': %s", files->key, strerror(errno));
	if ((rc = check(fd, files, err)) < 0)
		return rc;
	len = read(fd, text, sizeof(text));
	whole = len > 0 && parse(text, (size_t)len, seed);
	if (whole)
		finish(out, seed, files);
	sodium_memzero(text, sizeof(text));
	sodium_memzero(seed, sizeof(seed));
	return whole ? 1 : wrong(files, err, "is no key of modtrail's");
}

static bool write_secret(int fd, const unsigned char seed[KEY_SEED])
{
	char secret[SECRET_TEXT], text[FILE_LEN + 1];
	bool whole;

	sodium_bin2base64(secret, sizeof(secret), seed, KEY_SEED,
			  sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	snprintf(text, sizeof(text), HEAD "%s" TAIL, secret);
	whole = write(fd, text, FILE_LEN) == (ssize_t)FILE_LEN && fsync(fd) == 0;
	sodium_memzero(secret, sizeof(secret));
	sodium_memzero(text, sizeof(text));
	return whole;
}

static void sync_folder(const char *folder)
{
	AUTO(closep) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		(void)fsync(fd);	/* where that is not possible, the next boot may make another key */
}

static int cannot_make(const struct key_files *files, struct error *err)
{
	return error_set(err, ERR_SYSTEM, "cannot make the key '%s': %s", files->key, strerror(errno));
}

/*
 * Under another name first. Where a key is to be made only if there is none, a link does it,
 * which fails if somebody was faster: then that one is the host's. Returns 0 for that.
 */
static int put_in_place(const struct key_files *files, const char *name, bool replace,
			struct error *err)
{
	int rc = replace ? rename(name, files->key) : link(name, files->key), error = errno;

	if (rc < 0 || !replace)
		unlink(name);
	errno = error;
	if (rc == 0)
		return 1;
	return !replace && error == EEXIST ? 0 : cannot_make(files, err);
}

static int make_in(const struct key_files *files, const char *folder,
		   const unsigned char seed[KEY_SEED], bool replace, struct error *err)
{
	AUTO(closep) int fd = -1;
	char name[PATH_MAX];
	int rc;

	if (snprintf(name, sizeof(name), "%s.%d", files->key, (int)getpid()) >= (int)sizeof(name)) {
		errno = ENAMETOOLONG;
		return cannot_make(files, err);
	}
	(void)unlink(name);	/* of a process of this number that was killed */
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return cannot_make(files, err);
	if (fchmod(fd, 0600) < 0 || !write_secret(fd, seed)) {
		rc = cannot_make(files, err);
		unlink(name);
		return rc;
	}
	rc = put_in_place(files, name, replace, err);
	sync_folder(folder);
	return rc;
}

/* 1: made, 0: there was one already, and it is not to be replaced. */
static int make(struct signing_key *out, const struct key_files *files, bool replace,
		struct error *err)
{
	AUTO(freep) char *copy = strdup(files->key);
	unsigned char seed[KEY_SEED];
	const char *folder;
	int rc;

	if (copy == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	folder = dirname(copy);
	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		return cannot_make(files, err);
	while (getrandom(seed, sizeof(seed), 0) != sizeof(seed))
		;
	rc = make_in(files, folder, seed, replace, err);
	if (rc > 0)
		finish(out, seed, files);
	sodium_memzero(seed, sizeof(seed));
	return rc;
}

int key_file_load(struct signing_key *out, const struct key_files *files, struct error *err)
{
	int rc = read_file(out, files, err);

	if (rc == 0 && (rc = make(out, files, false, err)) == 0)
		rc = read_file(out, files, err);
	return MIN(rc, 0);
}

int key_file_replace(struct signing_key *out, const struct key_files *files, struct error *err)
{
	return MIN(make(out, files, true, err), 0);
}
