import { commit } from '../domain/reservation.js';
import { changeReservation } from '../reservations/change-reservation.unit.js';

export const commitStock = changeReservation('commit-stock', commit);
