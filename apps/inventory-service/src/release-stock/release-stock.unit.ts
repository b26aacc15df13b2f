import { release } from '../domain/reservation.js';
import { changeReservation } from '../reservations/change-reservation.unit.js';

export const releaseStock = changeReservation('release-stock', release);
