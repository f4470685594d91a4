/* disk_vfs.h: how does SQLite come to the disk in memory? */
#ifndef FAULTS_DISK_VFS_H
#define FAULTS_DISK_VFS_H

/* From here on every database that is opened lies on the disk. */
void disk_register(void);

#endif
