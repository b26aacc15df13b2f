/** Few enough that a listing has several pages. */
export const maxPageItems = 4;

interface Pages<Request, Page> {
  page(request: Request): Promise<Page>;
}

/** A participant may give fewer items than it is asked for. */
export const inShortPages = <Request extends object, Page, Reader extends Pages<Request, Page>>(
  reader: Reader & Pages<Request, Page>,
): Reader =>
  ({ page: (request: Request) => reader.page({ ...request, limit: maxPageItems }) }) as unknown as Reader;
