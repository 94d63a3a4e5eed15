using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>What a worker needs to claim work.</summary>
public sealed record WorkTools(WorkList Work, WorkSignal Signal, TimeProvider Time);

/// <summary>Claims due instances of one kind and works on several at once; wakes on the signal, at the earliest due time, and once a second.</summary>
public abstract class WorkLoop(WorkKind kind, int slots, WorkTools tools, ILogger log) : BackgroundService
{
    private static readonly TimeSpan _poll = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _free = new(slots, slots);
    private long _turnedAt = tools.Time.GetTimestamp();

    /// <summary>How long ago the loop last looked for work, or waited for a place to do it in. It does each second, whatever is away.</summary>
    public TimeSpan SinceTurn => tools.Time.GetElapsedTime(Interlocked.Read(ref _turnedAt));

    /// <summary>Does what is due and gives the claim back. An exception leaves the claim to run out, after which somebody tries again.</summary>
    protected abstract Task WorkAsync(HeldClaim held);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            Turned();
            try
            {
                var claimed = await ClaimAsync(stoppingToken);
                failures = 0;
                if (claimed == 0)
                {
                    await tools.Signal.WaitAsync(kind, await NextAsync(stoppingToken), stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                failures = Math.Min(failures + 1, 6);
                log.LogWarning("{Kind} work cannot be claimed ({Failure})", kind, e.GetType().Name);
                await Task.Delay(TimeSpan.FromMilliseconds(100 << failures), tools.Time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        // Sends in flight are let finish; the host's own time-out ends the wait.
        for (var i = 0; i < slots; i++)
        {
            await _free.WaitAsync(CancellationToken.None);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<int> ClaimAsync(CancellationToken stopping)
    {
        while (!await _free.WaitAsync(_poll, stopping))
        {
            Turned();
        }

        var free = 1;
        try
        {
            while (free < slots && await _free.WaitAsync(0, stopping))
            {
                free++;
            }

            var asked = tools.Time.GetTimestamp();
            var claims = await tools.Work.ClaimAsync(kind, free, stopping);
            foreach (var claim in claims)
            {
                free--;
                _ = Task.Run(() => RunAsync(claim, asked, stopping), CancellationToken.None);
            }

            return claims.Count;
        }
        finally
        {
            if (free > 0)
            {
                _free.Release(free);
            }
        }
    }

    private void Turned() => Interlocked.Exchange(ref _turnedAt, tools.Time.GetTimestamp());

    private async Task RunAsync(WorkClaim claim, long asked, CancellationToken stopping)
    {
        try
        {
            using var scope = log.About(claim.Tenant, claim.Instance);
            await using var held = new HeldClaim(claim, tools.Work, tools.Time, asked, stopping);
            await WorkAsync(held);
        }
        catch (OperationCanceledException)
        {
            // Lost, or the program stops.
        }
        catch (Exception e)
        {
            log.LogError(e, "{Kind} work on {InstanceId} of {TenantId} failed; it is taken up again", kind, claim.Instance, claim.Tenant);
        }
        finally
        {
            await LeaveAsync(claim, stopping);
            _free.Release();
        }
    }

    /// <summary>What a copy that stops still held goes to the others now, and not when its claim has run out.</summary>
    private async Task LeaveAsync(WorkClaim claim, CancellationToken stopping)
    {
        if (!stopping.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await tools.Work.LeaveAsync(claim, CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or ObjectDisposedException)
        {
            log.LogInformation("A claim on {Kind} work is left to run out ({Failure})", kind, e.GetType().Name);
        }
    }

    private async Task<TimeSpan> NextAsync(CancellationToken cancellation)
    {
        var next = await tools.Work.NextDueAsync(kind, cancellation) ?? _poll;
        return next < _poll ? (next > TimeSpan.Zero ? next : TimeSpan.FromMilliseconds(5)) : _poll;
    }
}
