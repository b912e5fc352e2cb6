/** The numbers of the zip format (APPNOTE 6.3.10) that both directions use. */
export const signature = {
  localHeader: 0x04034b50,
  dataDescriptor: 0x08074b50,
  centralHeader: 0x02014b50,
  zip64End: 0x06064b50,
  zip64Locator: 0x07064b50,
  end: 0x06054b50,
} as const;

/** Lengths of the records without their names, extra fields and comments. */
export const recordLength = {
  localHeader: 30,
  centralHeader: 46,
  zip64End: 56,
  zip64Locator: 20,
  end: 22,
} as const;

/** Bits of a header's flags. */
export const flag = {
  encrypted: 0x0001,
  hasDescriptor: 0x0008,
  stronglyEncrypted: 0x0040,
  isUtf8: 0x0800,
  directoryEncrypted: 0x2000,
} as const;

/** How an entry's data is compressed; Zstandard is what gitlab-runner's `zipzstd` writes. */
export const method = { stored: 0, deflated: 8, zstandard: 93 } as const;

/** Tags of extra fields. */
export const extraTag = {
  zip64: 0x0001,
  /** PKWARE's Unix field, the only one of a zip that can name a hard link. */
  pkwareUnix: 0x000d,
  timestamp: 0x5455,
} as const;

/** The systems whose entries carry a Unix mode. */
export const madeBy = { unix: 3, darwin: 19 } as const;

/** The file types within a Unix mode. */
export const fileType = {
  mask: 0o170000,
  file: 0o100000,
  folder: 0o040000,
  link: 0o120000,
} as const;

/** In a field of 32 bits: look into the zip64 field. */
export const in64 = 0xffffffff;

/** In a field of 16 bits: look into the zip64 field. */
export const in32 = 0xffff;
