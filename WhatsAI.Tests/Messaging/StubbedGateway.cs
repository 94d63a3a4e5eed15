using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

namespace WhatsAI.Tests.Messaging;

/// <summary>The real client before a server that answers as the test says.</summary>
public abstract class StubbedGateway : IAsyncLifetime
{
    private protected EvolutionGateway Gateway { get; } = GatewayStub.Client();

    private protected GatewayStub Stub { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Stub = await GatewayStub.StartAsync();

    public ValueTask DisposeAsync()
    {
        Gateway.Dispose();
        GC.SuppressFinalize(this);
        return Stub.DisposeAsync();
    }
}
