namespace WhatsAI.Infrastructure.Messaging;

/// <summary>A claim while this process works on it: renewed in the background, and cancelled when it is lost.</summary>
public sealed class HeldClaim : IAsyncDisposable
{
    private static readonly TimeSpan _renewEvery = TimeSpan.FromSeconds(8);

    private readonly CancellationTokenSource _lost;
    private readonly TimeProvider _time;
    private readonly Task _renewing;
    private long _renewedAt;

    /// <param name="claimedAt">A timestamp of <paramref name="time"/> taken before the claim was asked for, so that our end of the lease is never later
    /// than the database's.</param>
    internal HeldClaim(WorkClaim claim, WorkList work, TimeProvider time, long claimedAt, CancellationToken stopping)
    {
        (Claim, _time, _renewedAt) = (claim, time, claimedAt);
        _lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Lost = _lost.Token;
        _renewing = RenewAsync(work);
    }

    public WorkClaim Claim { get; }

    /// <summary>Cancelled when the claim was lost or the program stops.</summary>
    public CancellationToken Lost { get; }

    /// <summary>
    /// What is surely left of the lease, by a clock that runs on while the process is stopped. A hand-over that cannot be taken back must not begin with
    /// less than 15 seconds.
    /// </summary>
    public TimeSpan Left => WorkList.Lease - _time.GetElapsedTime(Volatile.Read(ref _renewedAt));

    public async ValueTask DisposeAsync()
    {
        await _lost.CancelAsync();
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _lost.Dispose();
    }

    private async Task RenewAsync(WorkList work)
    {
        while (true)
        {
            await Task.Delay(_renewEvery, _time, Lost);
            var asked = _time.GetTimestamp();
            try
            {
                if (!await work.RenewAsync(Claim, Lost))
                {
                    await _lost.CancelAsync();
                    return;
                }

                Volatile.Write(ref _renewedAt, asked);
            }
            catch (Npgsql.NpgsqlException)
            {
                // The database is away: the next round tries again, and Left runs down meanwhile.
            }
        }
    }
}
