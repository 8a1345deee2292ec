/** Types by file ending, for what web servers commonly hand out. The image's /etc/nginx/mime.types has the same for these. */
const types: Readonly<Record<string, string>> = {
  'text/html': 'html htm shtml',
  'text/css': 'css',
  'text/xml': 'xml',
  'text/plain': 'txt',
  'text/mathml': 'mml',
  'text/vtt': 'vtt',
  'image/gif': 'gif',
  'image/jpeg': 'jpeg jpg',
  'image/png': 'png',
  'image/svg+xml': 'svg svgz',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/x-icon': 'ico',
  'image/bmp': 'bmp',
  'image/tiff': 'tif tiff',
  'font/woff': 'woff',
  'font/woff2': 'woff2',
  'font/ttf': 'ttf',
  'application/javascript': 'js',
  'application/json': 'json',
  'application/atom+xml': 'atom',
  'application/rss+xml': 'rss',
  'application/xhtml+xml': 'xhtml',
  'application/wasm': 'wasm',
  'application/pdf': 'pdf',
  'application/rtf': 'rtf',
  'application/zip': 'zip',
  'application/java-archive': 'jar war ear',
  'application/octet-stream': 'bin exe dll deb dmg iso img msi',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'video/mp4': 'mp4',
  'video/mpeg': 'mpeg mpg',
  'video/webm': 'webm',
};

/** As nginx' `types` block. */
export const mimeTypesFile: string = `types {\n${Object.entries(types)
  .map(([type, endings]) => `    ${type.padEnd(32)} ${endings};\n`)
  .join('')}}\n`;
