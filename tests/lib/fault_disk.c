#include "fault_disk.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>

static struct {
	enum disk_call call;
	long left;		/* calls until it fails; 0: not armed */
	bool stays, struck;
	int code, system_error;
} armed;

struct disk_file {
	sqlite3_file base;
	sqlite3_file *real;	/* behind this struct */
};

static sqlite3_vfs *usual;

static sqlite3_file *real(sqlite3_file *file)
{
	return ((struct disk_file *)file)->real;
}

/* Is this the call that fails? */
static bool fails(enum disk_call call)
{
	if (armed.left == 0 || armed.call != call)
		return false;
	if (armed.left > 1) {
		armed.left--;
		return false;
	}
	if (!armed.stays)
		armed.left = 0;
	armed.struck = true;
	errno = armed.system_error;
	return true;
}

void disk_arm(enum disk_call call, long n, bool stays, int code, int system_error)
{
	armed.call = call;
	armed.left = n;
	armed.stays = stays;
	armed.struck = false;
	armed.code = code;
	armed.system_error = system_error;
}

bool disk_struck(void)
{
	return armed.struck;
}

static int disk_close(sqlite3_file *f)
{
	return real(f)->pMethods ? real(f)->pMethods->xClose(real(f)) : SQLITE_OK;
}

static int disk_read(sqlite3_file *f, void *to, int len, sqlite3_int64 at)
{
	return fails(DISK_READ) ? armed.code : real(f)->pMethods->xRead(real(f), to, len, at);
}

static int disk_write(sqlite3_file *f, const void *from, int len, sqlite3_int64 at)
{
	if (!fails(DISK_WRITE))
		return real(f)->pMethods->xWrite(real(f), from, len, at);
	if (len > 1)
		(void)real(f)->pMethods->xWrite(real(f), from, len / 2, at);
	errno = armed.system_error;
	return armed.code;
}

static int disk_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	return fails(DISK_TRUNCATE) ? armed.code : real(f)->pMethods->xTruncate(real(f), size);
}

static int disk_sync(sqlite3_file *f, int flags)
{
	(void)f;
	(void)flags;
	return fails(DISK_SYNC) ? armed.code : SQLITE_OK;	/* nobody cuts the power of a test */
}

static int disk_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return fails(DISK_SIZE) ? armed.code : real(f)->pMethods->xFileSize(real(f), size);
}

static int disk_lock(sqlite3_file *f, int level)
{
	return fails(DISK_LOCK) ? armed.code : real(f)->pMethods->xLock(real(f), level);
}

static int disk_unlock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xUnlock(real(f), level);
}

static int disk_is_reserved(sqlite3_file *f, int *out)
{
	return real(f)->pMethods->xCheckReservedLock(real(f), out);
}

static int disk_control(sqlite3_file *f, int op, void *arg)
{
	return real(f)->pMethods->xFileControl(real(f), op, arg);
}

static int disk_sector(sqlite3_file *f)
{
	return real(f)->pMethods->xSectorSize(real(f));
}

static int disk_characteristics(sqlite3_file *f)
{
	return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

static int disk_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return fails(DISK_SHM) ? armed.code
			       : real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}

static int disk_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}

static void disk_shm_barrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static int disk_shm_unmap(sqlite3_file *f, int remove)
{
	return real(f)->pMethods->xShmUnmap(real(f), remove);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = disk_close,
	.xRead = disk_read,
	.xWrite = disk_write,
	.xTruncate = disk_truncate,
	.xSync = disk_sync,
	.xFileSize = disk_size,
	.xLock = disk_lock,
	.xUnlock = disk_unlock,
	.xCheckReservedLock = disk_is_reserved,
	.xFileControl = disk_control,
	.xSectorSize = disk_sector,
	.xDeviceCharacteristics = disk_characteristics,
	.xShmMap = disk_shm_map,
	.xShmLock = disk_shm_lock,
	.xShmBarrier = disk_shm_barrier,
	.xShmUnmap = disk_shm_unmap,
};

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
		     int *out)
{
	struct disk_file *f = (struct disk_file *)file;
	int rc;

	(void)vfs;
	f->base.pMethods = NULL;
	f->real = (sqlite3_file *)(f + 1);
	if (fails(DISK_OPEN))
		return armed.code;
	rc = usual->xOpen(usual, name, f->real, flags, out);
	if (rc == SQLITE_OK)
		f->base.pMethods = &methods;
	return rc;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs;
	(void)sync;
	return fails(DISK_DELETE) ? armed.code : usual->xDelete(usual, name, 0);
}

void disk_install(void)
{
	static sqlite3_vfs vfs;

	sqlite3_initialize();
	usual = sqlite3_vfs_find(NULL);
	vfs = *usual;	/* what is not about files is the usual one's */
	vfs.iVersion = 2;
	vfs.zName = "failing-disk";
	vfs.szOsFile += (int)sizeof(struct disk_file);
	vfs.xOpen = disk_open;
	vfs.xDelete = disk_delete;
	if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		abort();
}
