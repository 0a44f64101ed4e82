// Sending a file with progress: fetch can't tell how much has left.
import { Refused, Unreachable } from "./client.ts";

/** `onSent`: the share of the file that has left, 0 to 1; after that the server is at work. */
export function upload<T>(
  path: string,
  file: Blob,
  type: string,
  onSent: (share: number) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("Content-Type", type);
    request.responseType = "json";
    request.upload.onprogress = (e) => onSent(e.total > 0 ? e.loaded / e.total : 0);
    request.upload.onload = () => onSent(1);
    request.onerror = () => reject(new Unreachable());
    request.onload = () => {
      const body = request.response;
      if (request.status < 400) return resolve(body as T);
      reject(
        new Refused(
          request.status,
          typeof body?.reason === "string" ? body.reason : "",
          typeof body?.title === "string" ? body.title : request.statusText,
          Array.isArray(body?.errors) ? body.errors : [],
          null,
        ),
      );
    };
    request.send(file);
  });
}

/** Gives the person a file that was made here. */
export function save(name: string, text: string, type = "text/csv"): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // after the browser has read it
}
