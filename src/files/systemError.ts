/** Whether the error is the operating system's (ENOENT, ENOSPC, ...). */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
