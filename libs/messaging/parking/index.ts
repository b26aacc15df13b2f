/** Where messages wait that nobody could handle, and how a person finds, redrives and discards them. */
export { maxHandledBytes, type ParkedDelivery, type StoredReason, storedReasons } from './parked-delivery.js';
export { type ParkedStore, ParkingLot } from './parking-lot.js';
