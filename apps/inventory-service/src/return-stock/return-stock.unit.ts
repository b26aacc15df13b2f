import { giveBack } from '../domain/reservation.js';
import { changeReservation } from '../reservations/change-reservation.unit.js';

export const returnStock = changeReservation('return-stock', giveBack);
