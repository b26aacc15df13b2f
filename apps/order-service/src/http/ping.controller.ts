import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '#libs/auth';

@ApiTags('service')
@Controller('ping')
export class PingController {
  @Get()
  @Public()
  @ApiOperation({ summary: 'Whether anybody is there' })
  ping(): { message: 'pong' } {
    return { message: 'pong' };
  }
}
