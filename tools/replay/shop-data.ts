/** A shop's past products and orders in one form, whatever files they came from. */
export interface ShopData {
  readonly products: readonly ShopProduct[];
  readonly orders: readonly ShopOrder[];
}

export interface ShopProduct {
  readonly sku: string;
  readonly name: string;
  readonly sellerId: string;
  /** Decimal. */
  readonly price: string;
  readonly currency: string;
  readonly inStock: number;
}

export interface ShopOrder {
  readonly reference: string;
  readonly customerId: string;
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
  readonly shippingAddress: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Reads one layout of files. */
export interface ShopFormat {
  readonly name: string;
  /** Whether the folder's files look like this format. */
  readonly recognises: (folder: string) => boolean;
  /** @throws Error naming file and line when a row cannot be understood. */
  readonly read: (folder: string) => ShopData;
}
