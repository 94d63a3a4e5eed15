using Microsoft.Extensions.Options;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Infrastructure.Campaigns.Proposals;

/// <summary>The way out to the providers: through the guard, without redirects, with an end to its patience and to what it reads.</summary>
public sealed class WordingHttp(OutgoingGuard guard, IOptions<AiOptions> options) : IDisposable
{
    private const int MostRead = 1024 * 1024;

    public AiOptions Options => options.Value;

    public TimeSpan Patience => TimeSpan.FromSeconds(options.Value.AnswerSeconds);

    public HttpClient Client { get; } =
        new(new Capped(GuardedHandler.Create(guard.ConnectToGatewayAsync))) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Asks, and says in one way what came of it.</summary>
    /// <param name="ask">With a token that ends with our patience.</param>
    /// <param name="statusOf">The HTTP status that a client's own exception tells of; null: it tells of none.</param>
    /// <exception cref="WordingException">There is no answer.</exception>
    public async Task<string> AskAsync(Func<CancellationToken, Task<string>> ask, Func<Exception, int?> statusOf, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            return await ask(limit.Token);
        }
        catch (Exception e) when (e is not WordingException && !ct.IsCancellationRequested)
        {
            throw new WordingException(FailureOf(e, statusOf, limit.IsCancellationRequested), e);
        }
    }

    public void Dispose() => Client.Dispose();

    private static WordingFailure FailureOf(Exception e, Func<Exception, int?> statusOf, bool late)
    {
        for (var at = e; at is not null; at = at.InnerException)
        {
            if (statusOf(at) is { } status and > 0)
            {
                return status switch
                {
                    401 or 403 => WordingFailure.KeyRefused,
                    404 => WordingFailure.ModelUnknown,
                    429 => WordingFailure.RateLimited,
                    408 or 504 => WordingFailure.TimedOut,
                    _ => WordingFailure.Failed,
                };
            }

            if (at is AddressRefusedException)
            {
                return WordingFailure.AddressRefused;
            }

            // More than an answer can be.
            if (at is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded })
            {
                return WordingFailure.Nonsense;
            }
        }

        return late || Among<OperationCanceledException>(e) || Among<TimeoutException>(e) ? WordingFailure.TimedOut
            : Among<HttpRequestException>(e) || Among<IOException>(e) ? WordingFailure.Unreachable
            : WordingFailure.Nonsense;
    }

    private static bool Among<T>(Exception? e)
        where T : Exception => e is T || (e?.InnerException is { } inner && Among<T>(inner));

    /// <summary>An answer is read whole before anybody parses it, and never more than it can be.</summary>
    private sealed class Capped(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            try
            {
                await answer.Content.LoadIntoBufferAsync(MostRead, cancellationToken);
                return answer;
            }
            catch
            {
                answer.Dispose();
                throw;
            }
        }
    }
}
