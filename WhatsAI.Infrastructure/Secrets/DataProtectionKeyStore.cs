using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace WhatsAI.Infrastructure.Secrets;

/// <summary>
/// Data Protection's keys in the database, so that every copy reads every cookie. Without a master key they stay in memory instead:
/// sign-in works, and ends with the process. The interface is synchronous; it is asked at the start and once a day.
/// </summary>
internal sealed class DataProtectionKeyStore(IServiceProvider services) : IXmlRepository
{
    private readonly Lazy<SecretBox> _box = new(services.GetRequiredService<SecretBox>);
    private readonly Lazy<NpgsqlDataSource> _database = new(services.GetRequiredService<NpgsqlDataSource>);
    private readonly Lock _gate = new();
    private readonly List<XElement> _inMemory = [];

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        if (!_box.Value.IsOpen)
        {
            lock (_gate)
            {
                return [.. _inMemory];
            }
        }

        using var command = _database.Value.CreateCommand("select xml from data_protection_keys order by id");
        using var rows = command.ExecuteReader();
        var keys = new List<XElement>();
        while (rows.Read())
        {
            keys.Add(XElement.Parse(rows.GetString(0)));
        }

        return keys;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        if (!_box.Value.IsOpen)
        {
            lock (_gate)
            {
                _inMemory.Add(element);
            }

            return;
        }

        using var command = _database.Value.CreateCommand(
            "insert into data_protection_keys (friendly_name, xml, created_at) values ($1, $2, now())"
        );
        command.Parameters.AddWithValue(friendlyName);
        command.Parameters.AddWithValue(element.ToString(SaveOptions.DisableFormatting));
        command.ExecuteNonQuery();
    }
}
